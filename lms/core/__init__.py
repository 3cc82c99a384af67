"""The rules of training. Knows no Flask, no form and no page; who acts and when it is are arguments."""
