DROP TABLE master_imports;
DROP TABLE masters;
DROP TABLE office_versions;
DROP TABLE offices;
