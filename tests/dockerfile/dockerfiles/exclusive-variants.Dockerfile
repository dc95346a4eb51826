FROM alpine:3.18
RUN if [ "$(wget -qO- https://example.org/variant)" = full ]; then \
      apk add --no-cache ffmpeg imagemagick; \
    elif grep -q lite /etc/variant; then \
      apk add --no-cache ffmpeg; \
    else \
      apk add --no-cache graphicsmagick; \
    fi && apk add --no-cache tini
