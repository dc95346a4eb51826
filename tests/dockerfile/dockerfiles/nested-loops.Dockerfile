FROM alpine:3.18
ENV PYTHONS="3.11 3.12" EXTRAS="venv tkinter"
RUN set -e; \
    for version in ${PYTHONS}; do \
      apk add --no-cache "python${version}"; \
      for extra in $EXTRAS; do \
        [ "$extra" = tkinter ] && [ "$version" = 3.11 ] && continue; \
        apk add --no-cache "python${version}-${extra}"; \
      done; \
    done
