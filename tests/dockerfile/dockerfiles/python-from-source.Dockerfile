FROM alpine:3.18
ENV PYTHON_VERSION 3.12.0
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
		gnupg \
		libc-dev \
		make \
		xz \
	; \
	\
	wget -O python.tar.xz "https://example.org/python/${PYTHON_VERSION%%[a-z]*}/Python-$PYTHON_VERSION.tar.xz"; \
	gnuArch="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)"; \
	./configure --build="$gnuArch" --enable-shared; \
	nproc="$(nproc)"; \
	EXTRA_CFLAGS="-DTHREAD_STACK_SIZE=0x100000"; \
	case "$(apk --print-arch)" in \
		x86_64|aarch64) EXTRA_CFLAGS="${EXTRA_CFLAGS:-} -fno-omit-frame-pointer";; \
		*) ;; \
	esac; \
	make -j "$nproc" "EXTRA_CFLAGS=${EXTRA_CFLAGS:-}"; \
	\
	find /usr/local -type f -executable -not \( -name '*tkinter*' \) -exec scanelf --needed --nobanner --format '%n#p' '{}' ';' \
		| tr ',' '\n' \
		| sort -u \
		| awk 'system("[ -e /usr/local/lib/" $1 " ]") == 0 { next } { print "so:" $1 }' \
		| xargs -rt apk add --no-network --virtual .python-rundeps \
	; \
	apk del --no-network .build-deps; \
	\
	python3 --version
