"""Scores results.json of `hipcuff analyze` against the truth beside the pictures (schema hipcuff.truth/1).

Needs numpy and Pillow; matplotlib only where plots are drawn (plots.py).
"""
