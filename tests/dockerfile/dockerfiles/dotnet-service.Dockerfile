FROM mcr.microsoft.com/dotnet/sdk:8.0-alpine3.18 AS build
RUN apk add --no-cache clang zlib-dev
RUN dotnet publish -c Release -o /app
FROM mcr.microsoft.com/dotnet/runtime-deps:8.0-alpine3.18
ENV DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=false
RUN apk add --no-cache icu-data-full icu-libs
COPY --from=build /app .
