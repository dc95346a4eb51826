FROM php:8.2-fpm-alpine3.18
RUN apk add --no-cache \
      freetype \
      icu-libs \
      libpng \
      libzip
RUN set -ex; \
    apk add --no-cache --virtual .build-deps \
      $PHPIZE_DEPS \
      freetype-dev \
      icu-dev \
      libpng-dev \
      libzip-dev \
    ; \
    docker-php-ext-configure gd --with-freetype; \
    docker-php-ext-install -j "$(nproc)" gd intl opcache zip; \
    pecl install apcu && docker-php-ext-enable apcu; \
    apk del --no-network .build-deps
COPY --from=composer:2 /usr/bin/composer /usr/bin/composer
