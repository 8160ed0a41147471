"""Index files of every format that annscope reads, each made by the library itself when the tests run, and what that
library says of the same index. One module a library; `formats.make` runs it in the environment that has the library,
`test_formats.py` compares, and `table.py` turns the outcomes into the table of the README."""
