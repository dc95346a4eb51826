FROM alpine:3.18

RUN set -eux; \
	addgroup -g 70 -S postgres; \
	install --verbose --directory --owner postgres --group postgres --mode 1777 /var/lib/postgresql

ENV DOCKER_PG_LLVM_DEPS \
		llvm15-dev \
		clang15

RUN set -eux; \
	wget -O postgresql.tar.bz2 "https://example.org/postgresql.tar.bz2"; \
	apk add --no-cache --virtual .build-deps \
		$DOCKER_PG_LLVM_DEPS \
		bison \
		coreutils \
		dpkg-dev dpkg \
		flex \
		gcc \
		libc-dev \
		libxml2-dev \
		make \
		openssl-dev \
		perl-utils \
		util-linux-dev \
	; \
	make -j "$(nproc)" world; \
	runDeps="$( \
		scanelf --needed --nobanner --format '%n#p' --recursive /usr/local \
			| tr ',' '\n' \
			| sort -u \
			| awk 'system("[ -e /usr/local/lib/" $1 " ]") == 0 { next } { print "so:" $1 }' \
			| grep -v -e perl -e python -e tcl \
	)"; \
	apk add --no-cache --virtual .postgresql-rundeps \
		$runDeps \
		bash \
		tzdata \
		zstd \
		icu-data-full \
	; \
	apk del --no-network .build-deps; \
	rm -rf /usr/local/share/doc
