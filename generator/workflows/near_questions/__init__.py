"""Questions that are near to others in words: a model says whether one page would serve both."""
