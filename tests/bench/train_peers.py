"""Sweeps of the peers, one at a time, on a matrix that rapport_bench_train wrote.

Usage: train_peers.py MATRIX FACTORS THREADS. MATRIX: int64 rows, columns, pairs; int64 offsets (rows + 1);
int32 columns (pairs), little-endian; every pair weighs 1. Each line of standard input names a peer, "implicit" or
"irspack", or asks for "memory"; the answer to a peer is "seconds cpu_seconds" of one sweep over customers and items,
to "memory" the peak of this process in MiB.
"""
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # threads come from the libraries' own loops

import resource
import sys
import time

import numpy
import scipy.sparse
from implicit.cpu.als import AlternatingLeastSquares
from irspack.recommenders._ials_core import (
    IALSModelConfigBuilder, IALSSolverConfigBuilder, IALSTrainer, LossType, SolverType)

CG_STEPS = 3  # the default of both


def read_matrix(path):
    rows, columns, pairs = numpy.fromfile(path, numpy.int64, 3)
    offsets = numpy.fromfile(path, numpy.int64, rows + 1, offset=24).astype(numpy.int32)
    indices = numpy.fromfile(path, numpy.int32, pairs, offset=24 + 8 * (rows + 1))
    ones = numpy.ones(pairs, numpy.float32)
    return scipy.sparse.csr_matrix((ones, indices, offsets), shape=(int(rows), int(columns)))


def implicit_sweep(by_customer, factors, threads):
    model = AlternatingLeastSquares(factors=factors, use_native=True, use_cg=True, num_threads=threads)
    model.cg_steps = CG_STEPS
    random = numpy.random.default_rng(1)
    customers, items = ((random.random((side, factors), numpy.float32) * 0.01) for side in by_customer.shape)
    by_item = by_customer.T.tocsr()
    solve = model.solver

    def sweep():  # what fit() does in an iteration
        solve(by_customer, customers, items, model.regularization, num_threads=threads)
        solve(by_item, items, customers, model.regularization, num_threads=threads)
    return sweep


def irspack_sweep(by_customer, factors, threads):
    config = (IALSModelConfigBuilder().set_K(factors).set_init_stdev(0.1).set_alpha0(0.01).set_reg(0.006).set_nu(1)
              .set_loss_type(LossType.IALSPP).set_random_seed(1).build())
    solver = (IALSSolverConfigBuilder().set_n_threads(threads).set_solver_type(SolverType.CG)
              .set_max_cg_steps(CG_STEPS).build())
    trainer = IALSTrainer(config, by_customer)
    return lambda: trainer.step(solver)


def main():
    path, factors, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    matrix = read_matrix(path)
    sweeps = {"implicit": implicit_sweep(matrix, factors, threads), "irspack": irspack_sweep(matrix, factors, threads)}
    for line in sys.stdin:
        name = line.strip()
        if name == "memory":
            print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
            continue
        wall, cpu = time.perf_counter(), time.process_time()
        sweeps[name]()
        print(time.perf_counter() - wall, time.process_time() - cpu, flush=True)


if __name__ == "__main__":
    main()
