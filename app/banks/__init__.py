"""Item banks as the service keeps them: immutable snapshots by digest."""
