"""May the estimate be believed?

fit.py gives the verdict; bootstrap.py, jackknife.py and identified.py say how far shares can move;
indistinguishable.py finds categories that cannot be told apart; evidence.py says what pins a share.
"""
