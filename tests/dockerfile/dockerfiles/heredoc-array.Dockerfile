FROM alpine:3.18
RUN apk add --no-cache bash
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
ARG WITH_DEBUG=yes
RUN <<EOF
# what it needs to run
packages=(
  curl   # health checks
  # jq is no longer needed
  tzdata
)
if [[ "${WITH_DEBUG}" == "yes" ]]; then
  packages+=(gdb strace)
fi
apk add --no-cache "${packages[@]}"
EOF
