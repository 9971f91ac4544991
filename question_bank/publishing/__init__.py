"""Publishing a blueprint: proof that it can be filled, the audit, and the plan that forms are drawn from."""
