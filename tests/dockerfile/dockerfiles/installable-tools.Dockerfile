FROM alpine:3.18
ARG INSTALL_GIT=true
ARG INSTALL_MYSQL_CLIENT=false
ARG INSTALL_FFMPEG=false
RUN apk add --no-cache curl
RUN if [ ${INSTALL_GIT} = true ]; then \
      apk add --no-cache git \
;fi
RUN if [ ${INSTALL_MYSQL_CLIENT} = true ]; then \
      apk add --no-cache mysql-client \
;fi
RUN if [ "${INSTALL_FFMPEG}" = "true" ] || [ "${INSTALL_GIT}" = "false" ]; then apk add --no-cache ffmpeg; else echo "no ffmpeg"; fi
