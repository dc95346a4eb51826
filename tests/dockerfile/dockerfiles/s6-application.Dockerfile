FROM ghcr.io/linuxserver/baseimage-alpine:3.20
ARG BUILD_DATE
ARG VERSION
ARG APP_RELEASE
LABEL build_version="version: ${VERSION} build-date: ${BUILD_DATE}"
RUN \
  echo "**** install build packages ****" && \
  apk add --no-cache --virtual=build-dependencies \
    build-base \
    python3-dev && \
  echo "**** install packages ****" && \
  apk add --no-cache \
    python3 \
    sqlite-libs && \
  if [ -z ${APP_RELEASE+x} ]; then \
    APP_RELEASE=$(curl -sX GET "https://example.org/releases/latest" | jq -r .tag_name); \
  fi && \
  curl -o /tmp/app.tar.gz -L "https://example.org/app/archive/${APP_RELEASE}.tar.gz" && \
  pip install -U --no-cache-dir -r /app/requirements.txt && \
  echo "**** cleanup ****" && \
  apk del --purge build-dependencies && \
  rm -rf /var/tmp/* /tmp/*
COPY root/ /
EXPOSE 8080
