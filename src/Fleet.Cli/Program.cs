return await Fleet.Cli.CommandLine.FleetProgram.RunAsync(args);
