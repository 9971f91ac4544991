"""The live protocol and its sockets: candidates on one side, the invigilator's wall on the other."""
