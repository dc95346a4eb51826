FROM alpine:3.18
RUN apk add --no-cache bash
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN apk add --no-cache php82 php82-{fpm,gd,pdo_pgsql} \
 && apk add --no-cache {tzdata,icu-data-full}
SHELL ["/bin/sh", "-c"]
RUN apk add --no-cache curl
