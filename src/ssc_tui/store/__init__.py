"""The local copy: tables, migrations, projections, search, reader, writer and seed."""
