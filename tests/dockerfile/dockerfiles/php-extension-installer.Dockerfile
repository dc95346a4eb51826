FROM php:8.2-cli-alpine3.18
COPY --from=mlocati/php-extension-installer:2 /usr/bin/install-php-extensions /usr/local/bin/
RUN install-php-extensions gd intl zip \
 && apk add --no-cache git unzip
