FROM alpine:3.18
ENV APK_ADD="apk add --no-cache" APK_DEL="apk del --no-network"
ARG BUILD="gcc make"
RUN $APK_ADD $BUILD curl && make -C /src && ${APK_DEL} ${BUILD}
RUN sh -exc "$APK_ADD jq; \$APK_ADD less"
RUN apk() { command apk --quiet --no-cache "$@"; }; apk add vim
