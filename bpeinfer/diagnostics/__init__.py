"""May the estimate be believed?

verdict.py gives the verdict, from misfit.py and null_distribution.py; total.py the intervals to quote; outside.py and
letters.py say what no category explains; bootstrap.py, jackknife.py, identified.py and drift.py say how far shares can
move; indistinguishable.py finds categories that cannot be told apart; evidence.py says what pins a share.
"""
