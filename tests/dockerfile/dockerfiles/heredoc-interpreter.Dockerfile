FROM python:3.12-alpine3.18
RUN apk add --no-cache gcc musl-dev
RUN <<EOF
#!/usr/bin/env python3
import subprocess
subprocess.run(["apk", "add", "--no-cache", "git"], check=True)
EOF
RUN python3 <<EOF
print("nothing to install here")
EOF
