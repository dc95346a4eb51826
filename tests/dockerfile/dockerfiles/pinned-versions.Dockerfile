FROM alpine:3.18
ENV BASH_VERSION_PIN=5.2.15-r5
RUN apk add --no-cache \
      bash=$BASH_VERSION_PIN \
      curl=~8.4 \
      'git>=2.40' \
      "jq<99" \
      openssl~3.1 \
      zlib=1.2.13-r1
