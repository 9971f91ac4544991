"""The pages: templates, words, style and scripts. No build step, no inline script or style."""
