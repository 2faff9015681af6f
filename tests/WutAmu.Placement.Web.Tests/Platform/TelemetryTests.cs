using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform.Telemetry;
using WutAmu.Placement.Web.Tests.Backups;
using WutAmu.Placement.Web.Tests.Mail;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Platform;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Metrics_and_traces_reach_a_collector_with_ids_and_without_people()
    {
        await using var collector = await Collector.StartAsync();
        await using var host = new MatchingHost(workers: true);
        host.Settings["Telemetry:Endpoint"] = collector.Address;
        host.Settings["Telemetry:Protocol"] = "Http";
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.RunAsync(await campaign.StartAsync());
        while (run.State is RunState.Queued or RunState.Solving)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50)); // the worker has it
            run = await campaign.RunAsync(run.Id);
        }

        (await campaign.PublishAsync(run.Id)).Value();
        using var client = host.CreateClient();
        (await client.GetAsync("/?search=secret")).StatusCode.Should().Be(HttpStatusCode.OK);

        host.Services.GetRequiredService<MeterProvider>().ForceFlush(20_000).Should().BeTrue();
        host.Services.GetRequiredService<TracerProvider>().ForceFlush(20_000).Should().BeTrue();

        collector.Received("/v1/metrics").Should().Contain("placement.write.duration").And.Contain("placement.run.duration").And.Contain("placement.letters").And.Contain("placement.jobs").And.Contain("placement.letters.oldest").And.Contain("placement.backup.age").And.Contain("placement.disk.free").And.Contain("http.server.request.duration");
        collector.Received("/v1/traces").Should().Contain("solve run").And.Contain(run.Id.ToString()).And.NotContain("secret").And.NotContain("Student s1");
    }

    [Fact]
    public async Task Gauges_tell_what_waits_and_what_is_left_in_seconds_and_bytes()
    {
        await using var host = new MatchingHost();
        var campaign = await SmallCampaign.CreateAsync(host);
        using var gauges = ActivatorUtilities.CreateInstance<QueueGauges>(host.Services);
        var nothing = Measure(gauges);
        await host.QueueAsync(2); // due now
        host.Clock.Advance(TimeSpan.FromMinutes(40));
        await host.QueueAsync(); // a younger one
        await campaign.ChangeAsync(db =>
        {
            db.Audit.Add(new(host.Clock.GetUtcNow(), null, null, "test.first", "x"));
            return Task.CompletedTask;
        });
        host.Clock.Advance(TimeSpan.FromHours(2));
        var without = Measure(gauges);
        await host.BackUpAsync();
        host.Clock.Advance(TimeSpan.FromHours(5));
        var with = Measure(gauges);

        nothing.Should().Contain("placement.letters.oldest", 0).And.Contain("placement.backup.age", 0, "nothing was done that could be lost");
        without.Should().Contain("placement.letters.oldest", 160 * 60).And.Contain("placement.backup.age", 2 * 3600, "that old is the first thing at stake");
        with.Should().Contain("placement.backup.age", 5 * 3600).And.Contain("placement.letters Queued", 3).And.Contain("placement.jobs enqueued", 2);
        with["placement.disk.free"].Should().BeApproximately(new DriveInfo(host.Folder).AvailableFreeSpace, 2e9, "others write to the same disk");
    }

    [Fact]
    public async Task Gauges_end_with_their_service()
    {
        await using var host = new MatchingHost();
        var gauges = ActivatorUtilities.CreateInstance<QueueGauges>(host.Services);
        var before = Measure(gauges);

        gauges.Dispose();

        before.Should().NotBeEmpty();
        Measure(gauges).Should().BeEmpty("their database is closed");
    }

    [Fact]
    public void Durations_fall_into_bounds_of_their_size()
    {
        Measures.WriteDuration.Advice!.HistogramBucketBoundaries.Should().BeInAscendingOrder().And.HaveElementAt(0, 0.001).And.Contain(0.1).And.EndWith(10);
        Measures.RunDuration.Advice!.HistogramBucketBoundaries.Should().BeInAscendingOrder().And.HaveElementAt(0, 0.1).And.Contain(10).And.EndWith(600);
    }

    [Fact]
    public void The_99th_percentile_is_of_the_last_writes()
    {
        var latency = new WriteLatency();
        latency.Percentile(0.99).Should().Be((0L, 0.0));
        for (var i = 0; i < 5000; i++)
        {
            latency.Record(TimeSpan.FromSeconds(9));
        }

        for (var i = 1; i <= WriteLatency.Kept; i++)
        {
            latency.Record(TimeSpan.FromMilliseconds(i));
        }

        latency.Percentile(0.99).Should().Be((5000L + WriteLatency.Kept, 2028.0), "99 of 100 of the last 2048 took at most so long");
        latency.Percentile(1).Milliseconds.Should().Be(2048);
    }

    /// <summary>Name, and state where there is one → value.</summary>
    private static Dictionary<string, double> Measure(QueueGauges gauges)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (gauges.Owns(instrument))
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => values[Name(instrument, tags)] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => values[Name(instrument, tags)] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return values;

        static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags) => tags.IsEmpty ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
    }

    /// <summary>An OpenTelemetry collector that keeps what it is sent.</summary>
    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        private readonly List<(string Path, string Text)> received = [];

        public string Address { get; private set; } = "";

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add("http://127.0.0.1:0");
            var collector = new Collector(app);
            app.Run(async context =>
            {
                using var memory = new MemoryStream();
                await context.Request.Body.CopyToAsync(memory);
                lock (collector.received)
                {
                    collector.received.Add((context.Request.Path.Value ?? "", Encoding.UTF8.GetString(memory.ToArray())));
                }
            });
            await app.StartAsync();
            collector.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(); // Kestrel has it
            return collector;
        }

        public string Received(string path)
        {
            lock (received)
            {
                return string.Concat(received.Where(message => message.Path == path).Select(message => message.Text));
            }
        }

        public async ValueTask DisposeAsync() => await app.DisposeAsync();
    }
}
