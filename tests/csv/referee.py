"""The second, plain reader: what Python's csv module makes of a file, as text to compare.

usage: referee.py rows FILE     one line for each row: its fields in JSON
       referee.py retail        facts on an online-retail-ii file on standard input
"""
import csv
import io
import json
import re
import sys
from collections import Counter, defaultdict


def rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            if row:
                print(json.dumps(row, ensure_ascii=True))


def retail():
    reader = csv.reader(io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8", newline=""))
    next(reader)
    code_of_product = re.compile(r"^[0-9]{5}[A-Z]{0,2}$")
    total = 0
    lines = Counter()
    skipped = Counter()
    customers = Counter()
    pieces = Counter()
    guests = matched = unmatched = returned = 0
    bought = defaultdict(list)
    id_sum = 0
    for invoice, code, _, quantity, when, price, customer, _ in reader:
        total += 1
        lines[invoice] += 1
        code = code.strip().upper()
        quantity = int(quantity)
        if invoice[0] == "A":
            skipped["A"] += 1
        elif not code_of_product.match(code) or code in ("23444", "22016"):
            skipped["not a product"] += 1
        elif invoice[0] == "C":
            if not customer:
                skipped["guest return"] += 1
                continue
            left = -quantity
            for line in reversed(bought[customer, code]):
                taken = min(left, line[1]) if line[0] <= when else 0
                line[1] -= taken
                left -= taken
            returned += -quantity - left
            if left < -quantity:
                matched += 1
            else:
                unmatched += 1
        elif quantity < 0:
            skipped["negative"] += 1
        elif float(price) == 0 and not customer:
            skipped["free"] += 1
        else:
            customers[customer] += 1
            pieces[code] += quantity
            guests += not customer
            id_sum += lines[invoice]
            if customer:
                bought[customer, code].append([when, quantity])
    print("rows", total)
    print("purchases", sum(customers.values()))
    print("guests", guests)
    print("returns_matched", matched)
    print("returns_unmatched", unmatched)
    print("pieces_returned", returned)
    print("skipped", sum(skipped.values()))
    print("line_number_sum", id_sum)
    for customer in sorted(customers):
        print("customer", customer or "-", customers[customer])
    for code in sorted(pieces):
        print("item", code, pieces[code])


if __name__ == "__main__":
    rows(sys.argv[2]) if sys.argv[1] == "rows" else retail()
