"""One face under two names: searches after each administration, and the leads they give."""
