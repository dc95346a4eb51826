FROM alpine:3.18
ARG RESTY_J="8"
ARG RESTY_CONFIG_OPTIONS="--with-compat --with-http_v2_module"
ARG RESTY_ADD_PACKAGE_BUILDDEPS=""
ARG RESTY_ADD_PACKAGE_RUNDEPS="brotli-libs"
ARG RESTY_EVAL_PRE_CONFIGURE=""
RUN apk add --no-cache --virtual .build-deps \
        build-base \
        linux-headers \
        perl-dev \
        ${RESTY_ADD_PACKAGE_BUILDDEPS} \
    && apk add --no-cache \
        libgcc \
        zlib \
        ${RESTY_ADD_PACKAGE_RUNDEPS} \
    && cd /tmp \
    && if [ -n "${RESTY_EVAL_PRE_CONFIGURE}" ]; then eval $(echo ${RESTY_EVAL_PRE_CONFIGURE}); fi \
    && eval ./configure -j${RESTY_J} ${RESTY_CONFIG_OPTIONS} \
    && make -j${RESTY_J} install \
    && apk del .build-deps
