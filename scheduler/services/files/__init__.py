"""Files and who may see them: opening, finding, correcting, keeping apart."""
