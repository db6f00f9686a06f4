using Fleet.ZoneLab;

return await LabProgram.RunAsync(args);
