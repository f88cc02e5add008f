"""What serving the review page takes besides its pages: hosts, connections, bodies, headers, errors, threads."""
