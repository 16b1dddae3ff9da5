"""May the estimate be believed?

verdict.py gives the verdict, from misfit.py, null_distribution.py and missing_kinds.py; total.py the intervals to
quote; outside.py and letters.py describe what no category explains; bootstrap.py, jackknife.py, identified.py and
drift.py measure how far shares can move; indistinguishable.py finds categories that cannot be told apart, variants.py
variants of a language among them; ruled_out.py leaves out categories whose own merges (own_merges.py) the list does not
show, both by the fits of small_fits.py; simplest.py finds a mixture of few categories that fits about as well;
evidence.py shows what pins a share down; shown.py has what reports must know of all this.
"""
