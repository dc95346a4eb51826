ARG BASE_IMAGE=alpine:3.18
ARG JS_IMAGE=node:20-alpine3.18
ARG GO_IMAGE=golang:1.21-alpine3.18
ARG GO_SRC=go-builder
ARG JS_SRC=js-builder

FROM --platform=${JS_PLATFORM:-linux/amd64} ${JS_IMAGE} AS js-builder
ENV NODE_OPTIONS=--max_old_space_size=8000
RUN apk add --no-cache make build-base python3

FROM ${GO_IMAGE} AS go-builder
ARG COMMIT_SHA=""
RUN if grep -i -q alpine /etc/issue; then \
      apk add --no-cache binutils-gold bash gcc g++ make git; \
    fi

FROM ${GO_SRC} AS go-src
FROM ${JS_SRC} AS js-src

FROM ${BASE_IMAGE}
ENV GF_PATHS_HOME="/usr/share/dashboard"
RUN if grep -i -q alpine /etc/issue; then \
      apk add --no-cache ca-certificates bash curl tzdata musl-utils && \
      apk info -vv | sort; \
    elif grep -i -q ubuntu /etc/issue; then \
      apt-get update && apt-get install -y ca-certificates curl tzdata musl; \
    else \
      echo 'ERROR: Unsupported base image' && /bin/false; \
    fi
RUN if grep -i -q alpine /etc/issue && [ `arch` = "x86_64" ]; then \
      apk add --no-cache libc6-compat && ln -s /lib/libc.so.6 /usr/lib/libresolv.so.2; \
    fi
COPY --from=go-src /tmp/dashboard/bin ./bin/
COPY --from=js-src /tmp/dashboard/public ./public
