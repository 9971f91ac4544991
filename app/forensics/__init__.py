"""What in the answers, times and forms of an administration a person should look at."""
