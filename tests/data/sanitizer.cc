// ThreadSanitizer does not see how Debian's RocksDB orders its own memory; it is told to look at
// our code alone: neither at what RocksDB copies, nor at what has RocksDB on the stack.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:librocksdb.so\nrace:librocksdb.so\n";
}
