FROM alpine:3.18

ENV PATH /usr/local/bin:$PATH
ENV LANG C.UTF-8
ENV LANGUAGE_VERSION 3.11.6

RUN set -eux; \
	apk add --no-cache \
		ca-certificates \
		tzdata \
	;

RUN set -eux; \
	\
	apk add --no-cache --virtual .build-deps \
		bzip2-dev \
		dpkg-dev dpkg \
		findutils \
		gcc \
		libc-dev \
		libffi-dev \
		libnsl-dev \
		linux-headers \
		make \
		ncurses-dev \
		openssl-dev \
		pax-utils \
		readline-dev \
		sqlite-dev \
		tar \
		xz \
		zlib-dev \
	; \
	\
	wget -O language.tar.xz "https://example.org/${LANGUAGE_VERSION%%[a-z]*}/language-$LANGUAGE_VERSION.tar.xz"; \
	gnuArch="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)"; \
	./configure --build="$gnuArch"; \
	nproc="$(nproc)"; \
	arch="$(apk --print-arch)"; \
	case "$arch" in \
		x86_64|aarch64) EXTRA="-fno-omit-frame-pointer" ;; \
		*) EXTRA="" ;; \
	esac; \
	make -j "$nproc" "EXTRA=${EXTRA:-}"; \
	\
	find /usr/local -type f -executable -not \( -name '*tkinter*' \) -exec scanelf --needed --nobanner --format '%n#p' '{}' ';' \
		| tr ',' '\n' \
		| sort -u \
		| awk 'system("[ -e /usr/local/lib/" $1 " ]") == 0 { next } { print "so:" $1 }' \
		| xargs -rt apk add --no-network --virtual .language-rundeps \
	; \
	apk del --no-network .build-deps
