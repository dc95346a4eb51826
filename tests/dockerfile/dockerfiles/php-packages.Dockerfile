FROM alpine:3.18
SHELL ["/bin/ash", "-eo", "pipefail", "-c"]
ARG PHP=82
# hadolint ignore=DL3018
RUN for extension in ctype curl dom fileinfo fpm gd intl mbstring opcache; do \
      extensions="${extensions:-} php${PHP}-${extension}"; \
    done; \
    apk add --no-cache nginx "php${PHP}" ${extensions} supervisor \
 && ln -sf "/usr/bin/php${PHP}" /usr/bin/php
