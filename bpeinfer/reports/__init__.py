"""Results as text, HTML and figures: nothing here computes, reads or writes."""
