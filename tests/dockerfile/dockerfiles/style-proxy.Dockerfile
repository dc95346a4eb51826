# syntax=docker/dockerfile:1.2
FROM alpine:3.18

RUN apk --no-cache --no-progress add ca-certificates tzdata && \
    rm -rf /var/cache/apk/*

RUN set -ex; \
	apkArch="$(apk --print-arch)"; \
	case "$apkArch" in \
		armhf) arch='armv6' ;; \
		aarch64) arch='arm64' ;; \
		x86_64) arch='amd64' ;; \
		*) echo >&2 "error: unsupported architecture: $apkArch"; exit 1 ;; \
	esac; \
	wget --quiet -O /tmp/proxy.tar.gz "https://example.org/proxy_linux_$arch.tar.gz"

RUN set -eux; \
    apk add --no-cache --virtual .build-deps gcc libc-dev linux-headers lua5.4-dev make openssl openssl-dev pcre2-dev readline-dev tar; \
    makeOpts='TARGET=linux-musl USE_LUA=1'; \
    nproc="$(getconf _NPROCESSORS_ONLN)"; \
    eval "make -C /usr/src/proxy -j '$nproc' all $makeOpts"; \
    runDeps="$( \
        scanelf --needed --nobanner --format '%n#p' --recursive /usr/local \
            | tr ',' '\n' | sort -u \
            | awk 'system("[ -e /usr/local/lib/" $1 " ]") == 0 { next } { print "so:" $1 }' \
    )"; \
    apk add --no-network --virtual .proxy-rundeps $runDeps; \
    apk del --no-network .build-deps
