FROM eclipse-temurin:17-jdk-alpine AS jre-build
RUN apk add --no-cache binutils
RUN $JAVA_HOME/bin/jlink --add-modules java.base --strip-debug --no-man-pages --output /javaruntime
FROM alpine:3.18
ENV JAVA_HOME=/opt/java/openjdk
ENV PATH "${JAVA_HOME}/bin:${PATH}"
COPY --from=jre-build /javaruntime $JAVA_HOME
RUN apk add --no-cache fontconfig ttf-dejavu
