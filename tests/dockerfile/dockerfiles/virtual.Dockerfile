FROM alpine:3.18
RUN apk add --no-cache --virtual .build-deps gcc musl-dev make \
 && apk add --no-cache libpq \
 && make install \
 && apk del .build-deps
