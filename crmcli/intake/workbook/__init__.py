"""Workbooks coming in: XLSX, XLSM, XLSB, XLS and ODS, each sheet made into a Reading."""
