global using Platform.FunctionalTests.Hosting;
