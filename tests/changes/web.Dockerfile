FROM alpine:3.17 AS build
RUN apk add --no-cache build-base nodejs~18 npm

FROM alpine:3.17
ARG NGINX_VERSION=1.22.1
RUN apk add --no-cache nginx=${NGINX_VERSION}-r0 nginx-mod-http-brotli \
        php81-fpm php81-pdo_pgsql php81-opcache 'postgresql14-client>14'
RUN apk add --no-cache git openssh-client curl jq
COPY --from=build /app /app
