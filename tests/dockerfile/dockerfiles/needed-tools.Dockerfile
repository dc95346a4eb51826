FROM alpine:3.18
RUN need() { \
      if command -v "$1" >/dev/null 2>&1; then return 0; fi; \
      apk add --no-cache "${2:-$1}"; \
    }; \
    need git; need python3; need ssh openssh-client; \
    apk add --no-cache tzdata
