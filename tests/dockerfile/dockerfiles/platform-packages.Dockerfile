FROM alpine:3.18
ARG TARGETPLATFORM
ARG TARGETARCH
RUN apk add --no-cache ca-certificates && \
    case "${TARGETPLATFORM}" in \
      "linux/amd64")  apk add --no-cache intel-media-driver ;; \
      "linux/arm64")  apk add --no-cache raspberrypi-userland ;; \
      linux/arm/v*)   apk add --no-cache libatomic ;; \
      *) echo "unsupported: ${TARGETPLATFORM}"; exit 1 ;; \
    esac
RUN if [ "$TARGETARCH" != "amd64" ] ; then apk add --no-cache gcompat ; fi
