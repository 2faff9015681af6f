using WutAmu.Placement.Web.Persistence;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddPersistence(builder.Configuration);

var app = builder.Build();
await app.Services.MigrateAsync(app.Lifetime.ApplicationStopping);
await app.RunAsync();

public partial class Program;
