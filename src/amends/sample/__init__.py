"""sample: whether data offered for sale is ours, from which system, of which date, and how much of it.

Not built yet; `amends sample` says so. Its contract: it reads a seller's sample and the tables records, systems and
reach, and answers in aggregates, so that no customer is revealed to whoever verifies the sample.
"""
