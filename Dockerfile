# The one image: coordinator, worker and web are roles of the same program.
#   docker build -t fleet .
#   docker run --rm --network host -v fleet-data:/data fleet
# The API listens on loopback unless told otherwise; behind something that encrypts:
#   docker run --rm -p 7070:7070 -e Fleet__Listen=http://0.0.0.0:7070 -e Fleet__Access__AllowRemote=true -v fleet-data:/data fleet
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY contracts/Fleet.Contracts/*.csproj contracts/Fleet.Contracts/packages.lock.json contracts/Fleet.Contracts/
COPY src/Fleet.Runbooks/*.csproj src/Fleet.Runbooks/packages.lock.json src/Fleet.Runbooks/
COPY src/Fleet.Orchestration/*.csproj src/Fleet.Orchestration/packages.lock.json src/Fleet.Orchestration/
COPY src/Fleet.Worker/*.csproj src/Fleet.Worker/packages.lock.json src/Fleet.Worker/
COPY src/Fleet.Server/*.csproj src/Fleet.Server/packages.lock.json src/Fleet.Server/
COPY src/Fleet.Hosting/*.csproj src/Fleet.Hosting/packages.lock.json src/Fleet.Hosting/
COPY src/Fleet.Cli/*.csproj src/Fleet.Cli/packages.lock.json src/Fleet.Cli/
RUN dotnet restore src/Fleet.Cli/Fleet.Cli.csproj --locked-mode
COPY contracts/ contracts/
COPY src/ src/
RUN dotnet publish src/Fleet.Cli/Fleet.Cli.csproj -c Release -o /app --no-restore -p:UseAppHost=true

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# The image's own unprivileged user; its number is named so that a cluster can check it.
RUN mkdir /data && chown 1654:1654 /data
WORKDIR /app
COPY --from=build /app .
USER 1654:1654
VOLUME /data
EXPOSE 7070
ENV Fleet__Data=/data \
    DOTNET_EnableDiagnostics=0
ENTRYPOINT ["/app/fleet"]
CMD ["serve", "--data", "/data"]
