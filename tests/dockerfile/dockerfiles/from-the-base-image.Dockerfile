FROM php:8.2-fpm-alpine3.18
RUN apk add --no-cache --virtual .phpize-deps $PHPIZE_DEPS icu-dev \
 && docker-php-ext-install intl \
 && apk add --no-cache icu-libs "${PHP_EXTRA:-less}" \
 && apk del .phpize-deps
