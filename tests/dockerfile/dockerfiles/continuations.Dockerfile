# escape=\
FROM alpine:3.18

RUN apk add --no-cache \
      # the shell
      bash \
  # indented comment
      curl \

      git \
    && echo done
