# syntax=docker/dockerfile:1
FROM alpine:3.18
RUN <<EOF
set -eux
apk add --no-cache bash
apk add --no-cache \
  curl \
  git
EOF
RUN <<-'SCRIPT'
	#!/bin/sh
	apk add --no-cache jq
	SCRIPT
RUN sh -ex <<EOF && apk add --no-cache vim
apk add --no-cache less
EOF
