FROM nginx:1.25.3-alpine3.18-slim AS builder
RUN apk add --no-cache --virtual .build-deps gcc geoip-dev libc-dev make openssl-dev pcre2-dev zlib-dev
RUN wget -O nginx.tar.gz "https://example.org/nginx-${NGINX_VERSION}.tar.gz" \
 && CONFARGS=$(nginx -V 2>&1 | sed -n -e 's/^.*arguments: //p') \
 && sh -c "./configure --with-compat $CONFARGS" && make modules

FROM nginx:1.25.3-alpine3.18-slim
COPY --from=builder /usr/local/nginx/modules/ /usr/lib/nginx/modules/
RUN apk add --no-cache geoip && nginx -t
